"""How soon the app is ready, how large it is, how soon it stops: `python bench/serving.py`.

Starts `python app.py` several times on a free port with an empty data folder, waits for its line,
asks for the first page, opens an event stream as a browser does, and stops it with SIGTERM.
Prints medians and writes them to bench/records/serving.json.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[1]
RECORD = ROOT / "bench" / "records" / "serving.json"


def main() -> None:
    """Measure, print, record."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--starts", type=int, default=5)
    starts = parser.parse_args().starts
    runs = [_run() for _ in range(starts)]
    medians = {name: round(statistics.median(run[name] for run in runs), 2) for name in runs[0]}
    record = {
        "median_of": starts,
        "cores": os.cpu_count(),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "load_average_at_the_end": round(os.getloadavg()[0], 1),
        **medians,
    }
    RECORD.parent.mkdir(exist_ok=True)
    RECORD.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    for name, value in record.items():
        print(f"{name.replace('_', ' '):32} {value}")


def _run() -> dict[str, float]:
    with tempfile.TemporaryDirectory() as data:
        environment = {**os.environ, "RR_PORT": "0", "RR_HOST": "127.0.0.1", "RR_DATA_DIR": data}
        begun = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "app.py"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        address = process.stdout.readline().rsplit(" ", 1)[1].strip()
        ready = time.monotonic() - begun
        status = Path(f"/proc/{process.pid}")
        ticks = (status / "stat").read_text().rsplit(")", 1)[1].split()[11:13]
        kilobytes = int((status / "status").read_text().split("VmRSS:")[1].split()[0])
        asked = time.monotonic()
        with urllib.request.urlopen(address) as answer:
            page = answer.read()
        answered = time.monotonic() - asked
        return {
            "seconds_until_ready": ready,
            "processor_seconds_until_ready": sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK"),
            "memory_mb_when_ready": kilobytes / 1024,
            "milliseconds_for_the_first_page": 1000 * answered,
            "kilobytes_of_the_first_page": len(page) / 1024,
            "seconds_to_stop_with_a_page_open": _stop(process, address),
        }


def _stop(process: subprocess.Popen[str], address: str) -> float:
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as stream:
        stream.sendall(b"GET /gradio_api/heartbeat/bench HTTP/1.1\r\nHost: localhost\r\n\r\n")
        stream.recv(4096)
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.wait()
        return time.monotonic() - begun


if __name__ == "__main__":
    main()
