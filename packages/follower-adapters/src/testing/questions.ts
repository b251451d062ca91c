/** Questions of the kind that the embedded followers were trained on. */
export const questions = [
  'Lee has 27 pens. Lea has 12. Max has 15. Mia starts with as many as Max. She makes 3 equal groups and keeps one. She gets 7 more. How many pens does Mia have?',
  'Ben has 14 apples. Tom has 40. Ann starts with as many as Ben. She gets 5 more. How many apples does Ann have?',
  'Mia has 8 coins. Max has 30. Lee starts with as many as Mia. He loses 2. How many coins does Lee have?',
];
