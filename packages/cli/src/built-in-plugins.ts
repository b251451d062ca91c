import { defaultStrategies, definePlugin, defineProvider, type Plugin } from '@rsim/core';
import { followersPlugin, modelFolder } from '@rsim/follower-adapters';
import { plannersPlugin, transformerPlugin } from '@rsim/planner';
import { rewardsPlugin } from '@rsim/rewards';
import { suitesPlugin } from '@rsim/tasks';
import { trackersPlugin } from '@rsim/tracking';
import { z } from 'zod';

const strategiesPlugin = definePlugin({
  name: '@rsim/core',
  provides: {
    strategySets: {
      'rsim-nine': defineProvider({
        description: 'The nine strategies of rSIM (arXiv 2512.08300, section 3), with our own prompts.',
        options: z.strictObject({}),
        create: () => defaultStrategies,
      }),
    },
  },
});

/** What comes with rsim. */
export const builtInPlugins: readonly Plugin[] = [
  strategiesPlugin,
  suitesPlugin,
  followersPlugin,
  plannersPlugin,
  transformerPlugin(async (model, { configDirectory, onDownload }) => {
    const { path } = await modelFolder(model, configDirectory, { onProgress: onDownload });
    return path;
  }),
  rewardsPlugin,
  trackersPlugin,
];
