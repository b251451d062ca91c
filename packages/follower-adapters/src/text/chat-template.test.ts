import { FollowerError, WeightsError } from '@rsim/core';
import { describe, expect, it } from 'vitest';

import { ChatTemplate } from './chat-template.js';

const source =
  '{{ bos_token }}{% for m in messages %}<|{{ m.role }}|>{{ m.content }}{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}';
const messages = [{ role: 'user', content: 'Why?' }] as const;

describe('ChatTemplate', () => {
  it.each([
    ['a text', { chat_template: source, bos_token: '<s>' }],
    [
      'named ones',
      { chat_template: [{ name: 'default', template: source }], bos_token: { content: '<s>', lstrip: false } },
    ],
  ])("renders the config's template where it is %s", (_, config) => {
    expect(ChatTemplate.fromTokenizerConfig(config)?.render(messages)).toBe('<s><|user|>Why?<|assistant|>');
  });

  it('takes another template in its place', () => {
    const template = ChatTemplate.fromTokenizerConfig(
      { bos_token: '<s>' },
      '{{ bos_token }}{{ messages[0].content }}{{ tone }}',
    );
    expect(template?.render(messages, { tone: '!' })).toBe('<s>Why?!');
  });

  it('is null where there is none', () => {
    expect(ChatTemplate.fromTokenizerConfig({ bos_token: null })).toBeNull();
    expect(ChatTemplate.fromTokenizerConfig({ chat_template: [{ name: 'tool_use', template: source }] })).toBeNull();
  });

  it('says what is wrong with a template or a config', () => {
    expect(() => new ChatTemplate('{% for %}')).toThrow(WeightsError);
    expect(() => new ChatTemplate('{% if a %}')).toThrow(
      'The chat template cannot be read: it is no Jinja template, or cut off.',
    );
    expect(() => ChatTemplate.fromTokenizerConfig({ chat_template: 5 })).toThrow(
      /tokenizer_config\.json is not usable: chat_template/,
    );
    expect(() => new ChatTemplate("{{ raise_exception('no system') }}").render(messages)).toThrow(FollowerError);
  });
});
