import type { AnyStateMachine } from 'xstate';
import type { FileVariation } from '../../machines/buffer/dma-buf-file.resource.ts';
import type { P2pdmaVariation } from '../../machines/device/p2pdma.resource.ts';
import type { ProbeVariation } from '../../machines/device/probe.procedure.ts';
import { afterChanges, type MachineChanges, machinesOf } from '../written-anew.ts';
import type { Point } from './functions.ts';

/** What an importer that unmaps from a work item needs for it. */
export interface UnmapWorkVariation {
  /**
   * `dma_resv`, or first `memory_lock` of the exporting device. No importer in the tree needs that;
   * nothing in the kernel forbids it.
   */
  readonly needs: 'dma_resv' | 'memory_lock';
}

/** When the IOVA range of a mapping is made. */
export interface AddressVariation {
  /** Allocated and freed in map and unmap (v6 of the export series and later), or in attach (v5). */
  readonly iova: 'in_map' | 'in_attach';
}

/** Whose BAR is named at export: that of all ranges, or (in the series of 2024) that of each. */
export interface ChunkVariation {
  readonly indexes: 'one' | 'each';
}

/** What export finds, and what becomes of the file. */
export interface ExportVariation extends FileVariation, P2pdmaVariation, ProbeVariation {}

/** What a machine, or a system, is told of a version where its states alone do not say it. */
export interface Options {
  readonly export: ExportVariation;
  readonly addresses: AddressVariation;
  readonly chunks: ChunkVariation;
  readonly unmapWork: UnmapWorkVariation;
}

/**
 * A version of the design, as the list of its differences from the newest release. The machines are
 * that release's; a difference writes states of them anew, one difference on top of the other, and
 * `asOf` makes the machine that a version has.
 */
export interface Design extends Options {
  readonly anew: readonly MachineChanges[];
}

/** v7.3, of which every other version is a list of differences. */
export const base: Design = {
  export: {
    annul: 'no',
    missingInit: 'warns',
    nonMappable: 'tested',
    initTest: 'errors',
  },
  addresses: { iova: 'in_map' },
  chunks: { indexes: 'one' },
  unmapWork: { needs: 'dma_resv' },
  anew: [],
};

/**
 * What one version, or several, do instead of v7.3, and where that is stated. Its states are those
 * of the machines that it differs in, written as `change()` has them.
 */
export interface Difference
  extends Pick<MachineChanges, 'states' | 'steps' | 'labels' | 'actions'> {
  /** The points at which it writes states anew. */
  readonly at?: readonly Point[];
  readonly instead?: { readonly [P in keyof Options]?: Partial<Options[P]> };
  /** The known defects that it is, by the ids of their faults. */
  readonly defects: readonly string[];
  readonly source: string;
}

/** The part of a difference that says what is done, and not why. */
export type Done = Pick<Difference, 'at' | 'instead' | 'states' | 'steps' | 'labels' | 'actions'>;

/** A change to v7.3, or to a proposal, and nothing else. */
export interface WhatIf extends Done {
  readonly source: string;
  /**
   * Of what somebody proposes: what is asked, and what comes of it. It is compared with the versions,
   * in every system that has the function.
   */
  readonly title?: string;
}

/** The points at which a difference is one. */
export function pointsOf({ at = [], instead = {} }: Done): readonly Point[] {
  return [...at, ...(Object.keys(instead) as (keyof Options)[])];
}

/** A design with a difference on top. */
export function withDifference(design: Design, { instead = {}, ...changes }: Done): Design {
  const { anew, ...options } = design;
  const points = Object.keys(options) as (keyof Options)[];
  const changed = points.map((point) => [point, { ...options[point], ...instead[point] }]);
  const isAnew = machinesOf(changes).length > 0;
  return {
    ...(Object.fromEntries(changed) as unknown as Options),
    anew: isAnew ? [...anew, changes] : anew,
  };
}

/** The machine as a version has it. */
export function asOf({ anew }: Pick<Design, 'anew'>, machine: AnyStateMachine): AnyStateMachine {
  return afterChanges(machine, anew);
}
