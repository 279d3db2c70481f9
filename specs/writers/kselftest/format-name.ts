import type { FormatName } from 'xstate-check/command';

/** The form of a test of the kernel's own, as `export --help` lists it. */
export const KSELFTEST: FormatName = {
  name: 'kselftest',
  description: 'what user space alone can drive, as a test for tools/testing/selftests/vfio',
};
