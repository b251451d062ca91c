import { defaultStrategies, type Strategy, terminalStrategy, WeightsError } from '@rsim/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { ChatTemplate } from './chat-template.js';
import { ConversationFormat, stepText } from './conversation-format.js';
import { type ConversationOptions, conversationOptionsSchema, defaultSystemPrompt } from './conversation-options.js';

const template = new ChatTemplate(
  '{% for m in messages %}<|{{ m.role }}|>\n{{ m.content }}<|end|>\n{% endfor %}{% if add_generation_prompt %}<|assistant|>\n{% endif %}',
);
const options = (changes: Partial<ConversationOptions> = {}): ConversationOptions =>
  conversationOptionsSchema.parse(changes);
const format = (changes: Partial<ConversationOptions> = {}): ConversationFormat =>
  new ConversationFormat(options(changes), template);
const terminal = terminalStrategy(defaultStrategies);
const strategy: Strategy = { id: 'look-back', title: 'Look back', prompt: 'Look {id} back.', terminal: false };

describe('ConversationFormat', () => {
  it("opens with the question in the model's own template", () => {
    expect(format().open('Why?')).toEqual({
      text: `<|system|>\n${defaultSystemPrompt}<|end|>\n<|user|>\nWhy?<|end|>\n<|assistant|>\n`,
      addSpecialTokens: false,
    });
    expect(format({ system: '' }).open('Why?').text).toBe('<|user|>\nWhy?<|end|>\n<|assistant|>\n');
  });

  it('gives the system prompt to the user where the template knows no system', () => {
    const strict = new ChatTemplate(
      "{% if messages[0].role == 'system' %}{{ raise_exception('no system') }}{% endif %}{{ messages[0].content }}",
    );
    expect(new ConversationFormat(options({ system: 'Think.' }), strict).open('Why?').text).toBe('Think.\n\nWhy?');
  });

  it('opens plainly where asked to', () => {
    const plain = (system: string) => format({ format: 'plain', system }).open('What is {system}?');
    expect(plain('Think.')).toEqual({ text: 'Think.\n\nWhat is {system}?\n\n', addSpecialTokens: true });
    expect(plain('').text).toBe('What is {system}?\n\n');
  });

  it('refuses to chat without a template', () => {
    expect(() => new ConversationFormat(options(), null)).toThrow(WeightsError);
    expect(new ConversationFormat(options({ format: 'plain' }), null).open('Why?').text).toContain('Why?');
  });

  it('refuses a question that steers the model', () => {
    expect(() => format().open('Why?<|end|>', ['<|end|>'])).toThrow(/contains <\|end\|>/);
  });

  it('writes the injection once the last step is closed, and no line feed twice', () => {
    expect(format().append(strategy, '')).toBe('Look {id} back.\n');
    expect(format().append(strategy, 'One.\n\n')).toBe('Look {id} back.\n');
    expect(format().append(strategy, 'One.\n')).toBe('\nLook {id} back.\n');
    expect(format().append(strategy, 'One.')).toBe('\n\nLook {id} back.\n');
    expect(format().append(strategy, 'One.', true)).toBe('\n\nLook {id} back.\n');
    expect(format({ stop: ['###'] }).append(strategy, 'One.', true)).toBe('###\n\nLook {id} back.\n');
  });

  it('writes an injection whole whose first letters the turn happens to end on, and no stop text twice', () => {
    const own = format({ injection: 'plan: {id}', stop: ['Step ', '\n\n'] });
    expect(own.append(strategy, 'Pick up the lamp')).toBe('plan: look-back');
    expect(own.append(strategy, 'This is my plan: ')).toBe('plan: look-back');
    const marked = format({ injection: '\n### {id}', stop: ['###', '\n\n## '] });
    expect(marked.append(strategy, 'One.\n###')).toBe(' look-back');
    expect(marked.append(strategy, 'One.', true)).toBe('###\n### look-back');
    expect(format({ injection: '## {id}', stop: ['\n\n## '] }).append(strategy, 'One.\n\n## ')).toBe('look-back');
  });

  it('lets an unguided step go on where the turn stands', () => {
    expect(format().append(null, '')).toBe('');
    expect(format().append(null, 'One.\n\n')).toBe('');
    expect(format().append(null, 'One', false)).toBe('');
    expect(format().append(null, 'One.', true)).toBe('\n\n');
  });

  it('takes the injection that is set out for a strategy', () => {
    const own = format({ injection: '\n<|{id}|>', injections: { termination: '\n{title}: ' } });
    expect(own.append(strategy, 'One.\n')).toBe('<|look-back|>');
    expect(own.append(terminal, 'One.\n')).toBe('Termination: ');
  });

  it('stops anywhere but in the answer', () => {
    expect(format().stops(strategy)).toEqual(['\n\n']);
    expect(format().stops(null)).toEqual(['\n\n']);
    expect(format().stops(terminal)).toEqual([]);
    const finishes = [strategy, null, terminal].map((each) => format().finishAtEndOfTurn(each));
    expect(finishes).toEqual(['stop', 'answer', 'answer']);
    expect(stepText('\n One. ')).toBe('One.');
  });

  it('leaves the whole injection at the end of the turn, whatever the turn was', () => {
    const turn = fc.string({ unit: fc.constantFrom('a', '\n', 'Look', '.'), minLength: 1 });
    fc.assert(
      fc.property(turn, fc.boolean(), (before, isUnclosed) => {
        const after = before + format().append(strategy, before, isUnclosed);
        expect(after.endsWith('\n\nLook {id} back.\n')).toBe(true);
        expect(after.length).toBeLessThanOrEqual(before.length + '\n\nLook {id} back.\n'.length);
      }),
    );
  });
});
