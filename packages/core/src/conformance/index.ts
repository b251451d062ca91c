/**
 * What every implementation of a port must do, as plain functions that any test runner can call: each tries an
 * implementation and returns its flaws as sentences, none when it conforms. And a graphics driver for tests of
 * such, in a process of their own.
 */
export { estimatorFlaws } from './estimator-conformance.js';
export { followerFlaws, type FollowerConformance, type FollowerReference } from './follower-conformance.js';
export { followerDeathFlaws, type FollowerDeath } from './follower-death-flaws.js';
export { plannerFlaws } from './planner-conformance.js';
export { printedBy } from './printed-by.js';
export { noSoftwareVulkan, softwareVulkan } from './software-vulkan.js';
export { firstKeys, suiteFlaws, type SuiteConformance } from './suite-conformance.js';
export { trackerFlaws, type TrackerConformance } from './tracker-conformance.js';
