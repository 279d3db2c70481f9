/** The objects a test needs, made afresh before it starts. */
export interface TargetScope {
  /** Number of devices in one reset set. */
  readonly devices: number;
  /** So many of them, the last, stay closed where the others are open from the start. */
  readonly unopened?: number;
  /** For each buffer, the device that will export it. */
  readonly buffers: readonly number[];
  /** For each buffer, of how many ranges it is exported; of one where this is absent. */
  readonly ranges?: readonly number[];
  /**
   * The way from the devices of the attachments to the memory: `translated` and `identity` through
   * the host bridge, behind an IOMMU of that mode, or through a `switch`; `translated` where absent.
   */
  readonly route?: 'translated' | 'identity' | 'switch';
  /** For each attachment, its buffer, the kind of importer behind it, the usage of its fences. */
  readonly attachments: readonly {
    readonly buffer: number;
    readonly importer: string;
    readonly usage?: string;
  }[];
  /** The first device can have VFs. */
  readonly functions?: true;
  /** Runtime PM suspends and resumes a device only where a step says so. */
  readonly runtimePm?: true;
  /**
   * Function by function, a design of pages for a BAR: registration with vfio-pci, a driver of the
   * kernel that registers when it probes, or buffers that have pages; the map of a buffer into the
   * entries of a scatterlist, as released, or as in the series of 2024; or mapping types of dma-bufs.
   */
  readonly design?:
    | 'p2p-register'
    | 'p2pdma-driver'
    | 'page-backed'
    | 'scatterlist'
    | 'scatterlist-2024'
    | 'mapping-types';
  /** How many there are of the other kinds of object; each kind's are dealt out in turn. */
  readonly objects?: Readonly<Record<string, number>>;
  /**
   * `fresh`: devices are bound and closed, nothing is exported; `opened`: devices are open and that
   * is all; `running`: every buffer is exported and live, every attachment is attached and unmapped.
   */
  readonly initially?: 'fresh' | 'opened' | 'running';
  /** Grain of the labels that the test uses. */
  readonly grain: 'contract' | 'procedure';
}
