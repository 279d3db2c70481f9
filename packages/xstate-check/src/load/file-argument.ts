/** An argument that names a file, or something in it: `my-change.ts/lock-balance`. */
export interface FileArgument {
  readonly file: string;
  readonly inside?: string;
}

export function parseFileArgument(name: string): FileArgument | undefined {
  const [, file, inside] = /^(.+\.[cm]?[jt]sx?)(?:\/(.+))?$/.exec(name) ?? [];
  return file === undefined ? undefined : { file, ...(inside !== undefined && { inside }) };
}
