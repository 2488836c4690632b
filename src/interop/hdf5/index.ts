/** stridebuf/hdf5: datasets that h5wasm opened, as views of the bytes that HDF5 reads. No library is imported. */

export {
  type H5Dataset,
  type H5DatasetMetadata,
  type H5Range,
  type ReadDatasetOptions,
  readDataset,
} from "./read.js";
export { dtypeOfH5, type H5Member, type H5Type } from "./types.js";
