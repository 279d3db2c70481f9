import type { FormatName } from '../export/format-names.ts';

/** The format of the kernel's runtime monitors. */
export const RV_DOT: FormatName = {
  name: 'rv-dot',
  description: "a runtime monitor, or those of a system's machines, for the kernel's rvgen",
};
