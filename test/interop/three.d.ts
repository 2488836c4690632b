/** three.js ships no types, and the tests use few of its classes. */
declare module "three";
