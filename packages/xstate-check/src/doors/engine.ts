/** What explores: for a comparison with other checkers, and of its speed. */

export { and, type Formula, holds, not, or } from '../check/formula.ts';
export { machine, type Node, part, system } from '../check/tiny-systems.fixture.ts';
export { type Graph, graphOf } from '../explore/graph.ts';
export { sweep } from '../explore/sweep.ts';
export { idOf } from '../export/chart.ts';
export { dot } from '../export/dot.ts';
export { type Model, type ModelPart, modelOf } from '../export/model.ts';
export { murphi } from '../export/murphi.ts';
export { identifier } from '../export/names.ts';
export { promela, propertyName } from '../export/promela.ts';
export { scxml } from '../export/scxml.ts';
export { tla } from '../export/tla.ts';
export { alphabetOf, metaOf } from '../lts/alphabet.ts';
export { nodePath, nodesOf, type StateNode } from '../lts/snapshot.ts';
export { decide } from '../reduce/decide.ts';
export { either, type Goal, partIs } from '../reduce/goal.ts';
export { exploreOrbits } from '../reduce/orbits.ts';
export { shortestRunTo } from '../reduce/shortest.ts';
export { symmetryOf } from '../reduce/symmetry.ts';
export { MOST_WHOLE_STATES } from '../reduce/whole-space.ts';
