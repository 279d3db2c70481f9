/**
 * Exit status: as expected; not as expected; unusable usage or input; not everything was
 * judged, because a bound or reduction left something out, with nothing found that was not expected.
 */
export const EXIT = { ok: 0, differs: 1, unusable: 2, unfinished: 3 } as const;
