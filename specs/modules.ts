import * as specification from './index.ts';
import * as tool from './tool.ts';

/** What a file of the user may import from this package, as package.json exports it. */
export const modules = {
  'vfio-dmabuf-spec': tool,
  'vfio-dmabuf-spec/specs': specification,
};
