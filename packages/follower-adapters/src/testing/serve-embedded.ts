/**
 * Serves an embedded model as an OpenAI-compatible endpoint of vLLM's kind, as a process of its own, until it is ended:
 *
 *   node --conditions=@rsim/source --import tsx packages/follower-adapters/src/testing/serve-embedded.ts nano 8123
 *
 * Prints the URL once it listens. The `http` follower reads from it with the options of `embeddedHttpConversation`.
 */
import { loadEmbeddedModel } from '../embedded/embedded-model.js';
import { CompletionsServer } from './completions-server.js';
import { EmbeddedTextModel } from './embedded-text-model.js';

const [name = 'nano', port = '0'] = process.argv.slice(2);
const model = await EmbeddedTextModel.create(await loadEmbeddedModel(name));
const server = await CompletionsServer.listen(model, { port: Number(port) });
console.log(server.url);
