/** The commands that read the C and the traces of a kernel, each of which loads what does it when it is asked for. */

export {
  addCarriesCommand,
  addPatchCommand,
  addSourceCommand,
  addTraceCommand,
} from '../linux/commands.ts';
export { RV_DOT } from '../linux/rv-format-name.ts';
