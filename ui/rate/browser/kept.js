// What the browser keeps for a rater. Where it may keep nothing, as in a frame of another site or
// with a full disk, this page remembers it for as long as it is open.

const here = new Map();

function storage(work) {
  try {
    return work(localStorage);
  } catch {
    return null;
  }
}

export function keep(name, value) {
  here.set(name, value);
  storage((kept) => kept.setItem(name, value));
}

export function kept(name) {
  return here.get(name) ?? storage((kept) => kept.getItem(name));
}

export function forget(name) {
  here.delete(name);
  storage((kept) => kept.removeItem(name));
}

/** Names that begin so, in this page and in those before it. */
export function keptNames(beginning) {
  const stored = storage((kept) => Object.keys(kept)) ?? [];
  return [...new Set([...stored, ...here.keys()])].filter((name) => name.startsWith(beginning));
}
