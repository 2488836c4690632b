/** The scalar reference of small floats lives with the dtypes, whose codecs need it too. */
export { decodeSmall, encodeSmall, type SmallFloatCodes, smallFloatCodes } from "../dtype/small-float.js";
