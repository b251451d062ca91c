/** Followers: language models that carry out strategies. */
export { EmbeddedFollower, type EmbeddedFollowerOptions } from './embedded/embedded-follower.js';
export {
  type EmbeddedModel,
  type EmbeddedModelEntry,
  embeddedModels,
  loadEmbeddedModel,
} from './embedded/embedded-model.js';
export { type InjectionTemplate, strategyTags } from './embedded/injection-templates.js';
export { openEmbeddedFollower } from './embedded/open-embedded-follower.js';
export { followersPlugin } from './plugin.js';
export { TfjsFollower } from './tfjs/tfjs-follower.js';
