import { names } from '@nx/devkit';

/**
 * The name of something new, in every spelling a template needs.
 *
 * @param {import('@nx/devkit').Tree} tree
 * @param {string} name as it was asked for.
 * @param {string} home folder that would hold the new one.
 */
export function newName(tree, name, home) {
  const fileName = names(name).fileName;
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(fileName) || fileName.length > 40) {
    throw new Error(`"${name}" is no name for a plug-in. Write it in small letters with hyphens, e.g. my-task.`);
  }
  if (tree.exists(`${home}/${fileName}`)) {
    throw new Error(`There is already a "${fileName}" in ${home}. Choose another name.`);
  }
  const { className, propertyName } = names(fileName);
  if (!isIdentifier(propertyName)) {
    throw new Error(
      `"${name}" is a word of the language and so no name for a plug-in. Choose another, e.g. my-${fileName}.`,
    );
  }
  return { name: fileName, className, propertyName, title: fileName.replaceAll('-', ' ') };
}

/** Whether a word can name a variable: `new` and `class` cannot. */
function isIdentifier(word) {
  try {
    new Function(`'use strict'; let ${word};`);
    return true;
  } catch {
    return false;
  }
}

/**
 * Replaces one piece of a file, which must be there exactly once.
 *
 * @param {import('@nx/devkit').Tree} tree
 * @param {string} path
 * @param {string} piece
 * @param {string} replacement
 */
export function replaceIn(tree, path, piece, replacement) {
  const text = tree.read(path, 'utf8') ?? '';
  if (text.split(piece).length !== 2) {
    throw new Error(`${path} has not the one place "${piece.trim()}" where new ones are registered. Add it by hand.`);
  }
  tree.write(
    path,
    text.replace(piece, () => replacement),
  );
}
