import { FollowerError, WeightsError } from '@rsim/core';
import { describe, expect, it } from 'vitest';

import { ChatTemplate } from './chat-template.js';

const source =
  '{{ bos_token }}{% for m in messages %}<|{{ m.role }}|>{{ m.content }}{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}';
const tokens = { beginning: '<s>', end: null, padding: null, unknown: null, chatTemplate: source };
const messages = [{ role: 'user', content: 'Why?' }] as const;

describe('ChatTemplate', () => {
  it("renders the model's template, or another in its place, with its marks", () => {
    expect(ChatTemplate.of(tokens)?.render(messages)).toBe('<s><|user|>Why?<|assistant|>');
    const other = ChatTemplate.of(tokens, '{{ bos_token }}{{ messages[0].content }}{{ pad_token }}{{ tone }}');
    expect(other?.render(messages, { tone: '!' })).toBe('<s>Why?!');
  });

  it("writes today's date where the template does, as Llama 3.2's, unless it is given one", () => {
    const dated =
      '{%- if not date_string is defined %}{%- set date_string = strftime_now("%d %b %Y") %}{%- endif %}{{ date_string }}';
    expect(new ChatTemplate(dated).render(messages)).toContain(String(new Date().getFullYear()));
    expect(new ChatTemplate(dated).render(messages, { date_string: '26 Jul 2024' })).toBe('26 Jul 2024');
  });

  it('is null where there is none', () => {
    expect(ChatTemplate.of({ ...tokens, chatTemplate: null })).toBeNull();
  });

  it('says what is wrong with a template', () => {
    expect(() => new ChatTemplate('{% for %}')).toThrow(WeightsError);
    expect(() => new ChatTemplate('{% if a %}')).toThrow(
      'The chat template cannot be read: it is no Jinja template, or cut off.',
    );
    expect(() => new ChatTemplate("{{ raise_exception('no system') }}").render(messages)).toThrow(FollowerError);
  });
});
