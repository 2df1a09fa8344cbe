#!/usr/bin/env bash
# Install Debian's Chromium and a font for the browser tests, Tesseract for those of text
# recognition and PostgreSQL for those of rating studies, where they are missing. Without them, and without the right to install them, those
# tests are skipped with a reason.
set -euo pipefail

wanted=()
[ -x /usr/bin/chromium ] || wanted+=(chromium)
[ -e /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf ] || wanted+=(fonts-dejavu-core)
command -v tesseract >/dev/null || wanted+=(tesseract-ocr tesseract-ocr-eng)
compgen -G "/usr/lib/postgresql/*/bin/initdb" >/dev/null || wanted+=(postgresql)
[ ${#wanted[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    as_root=(sudo -n)
fi
if ! command -v apt-get >/dev/null || ! "${as_root[@]}" true 2>/dev/null; then
    echo "Some tests will be skipped: ${wanted[*]} missing, and this account cannot install" \
        "Debian packages. As root: apt-get install --no-install-recommends ${wanted[*]}" >&2
    exit 0
fi
echo "Installing ${wanted[*]} with apt-get"
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -qq --no-install-recommends "${wanted[@]}" >/dev/null
