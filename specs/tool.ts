/** What `vfio-dmabuf-spec` is to those who import it: the tool, without the specification. */
export * from 'xstate-check';
