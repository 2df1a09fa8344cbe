// Looks whether what the page waits for is there, and goes on to it.

const LOOK_MS = 1000;
const NOT_YET = 202;

async function look() {
  // A page that leads elsewhere has no status here; the browser follows it by itself.
  const response = await fetch(location.href, { redirect: "manual", cache: "no-store" }).catch(() => null);
  if (response && response.status !== NOT_YET) location.reload();
  else setTimeout(look, LOOK_MS);
}

setTimeout(look, LOOK_MS);
