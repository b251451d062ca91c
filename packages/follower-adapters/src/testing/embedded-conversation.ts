/** Options under which a conversation is written as the embedded followers were trained to read it. */
export const embeddedConversation = {
  format: 'plain',
  system: '',
  plain: '{question}\n',
  injection: '\n<|{id}|>',
  stop: ['\n'],
} as const;
