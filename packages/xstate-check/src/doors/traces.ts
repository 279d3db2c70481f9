/** How a trace of what really ran is read and judged. */

export { parseLine, readTrace, type TraceEvent } from '../trace/ftrace.ts';
export type { Locals } from '../trace/groups.ts';
export { Monitor } from '../trace/monitor.ts';
export type { Coverage, OpenCall, ShownEvent, ShownState, TraceVerdict } from '../trace/verdict.ts';
