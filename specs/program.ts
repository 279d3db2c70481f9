import { type ProgramIdentity, versionOfPackage } from 'xstate-check/command';

/** What `dmabuf-spec` is: the tool with the catalogue of this folder. */
export const program: ProgramIdentity = {
  name: 'dmabuf-spec',
  version: versionOfPackage(import.meta.url),
  package: 'vfio-dmabuf-spec',
  words: { revision: 'revision', runner: 'CPU', scope: 'devices=3,importers=0' },
};
