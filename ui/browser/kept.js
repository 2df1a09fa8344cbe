// What the browser keeps for its visitor. Where it may keep nothing, as in a frame of another site
// or with a full disk, this page remembers it for as long as it is open.

class Kept {
  /** find() gives the storage; a browser that refuses may do so at its very name. */
  constructor(find) {
    this.find = find;
    this.here = new Map();
  }

  storage(work) {
    try {
      return work(this.find());
    } catch {
      return null;
    }
  }

  keep(name, value) {
    // Only what was refused is remembered here: another tab may change what was taken.
    const taken = this.storage((storage) => { storage.setItem(name, value); return true; });
    if (taken) this.here.delete(name);
    else this.here.set(name, value);
  }

  kept(name) {
    return this.here.get(name) ?? this.storage((storage) => storage.getItem(name));
  }

  forget(name) {
    this.here.delete(name);
    this.storage((storage) => storage.removeItem(name));
  }

  /** Names that begin so, in this page and in those before it. */
  names(beginning) {
    const stored = this.storage((storage) => Object.keys(storage)) ?? [];
    return [...new Set([...stored, ...this.here.keys()])].filter((name) => name.startsWith(beginning));
  }
}

/** Of this browser, until it is forgotten. */
export const browser = new Kept(() => localStorage);
/** Of this tab, gone with it. */
export const tab = new Kept(() => sessionStorage);
