/**
 * Stands in for a package that is not installed beside somebody's file: while the file is loaded, all
 * that is done with it gives more of it; afterwards whoever uses it is told whose it is.
 */
export class StubbedPackages {
  readonly #modules = new Map<string, unknown>();
  #isLoading = true;

  /** The stand-ins, by the names that the file imports. */
  modules(): Readonly<Record<string, unknown>> {
    return Object.fromEntries(this.#modules);
  }

  names(): readonly string[] {
    return [...this.#modules.keys()];
  }

  /** @returns whether it is new */
  add(name: string): boolean {
    if (this.#modules.has(name)) return false;
    this.#modules.set(name, this.#stub(name, name));
    return true;
  }

  /** The file is loaded: from here on a stand-in has no answer. */
  loaded(): void {
    this.#isLoading = false;
  }

  #stub(name: string, path: string): unknown {
    const more = (what: string) => this.#stub(name, `${path}${what}`);
    const used = (what: string) => {
      if (this.#isLoading) return more(what);
      throw new Error(`it uses '${path}' of '${name}', which is not installed beside it`);
    };
    const known = new Map<PropertyKey, unknown>([
      ['then', undefined],
      ['__esModule', true],
      ['prototype', {}],
      [Symbol.toPrimitive, () => `${path} of '${name}'`],
      [Symbol.iterator, () => [][Symbol.iterator]()],
    ]);
    return new Proxy(function standIn() {}, {
      get(_, key) {
        if (known.has(key)) return known.get(key);
        return typeof key === 'symbol' ? undefined : more(key === 'default' ? '' : `.${key}`);
      },
      apply: () => used('()'),
      construct: () => used('()') as object,
    });
  }
}
