/**
 * JavaScript that runs inside QuickJS before the program: turns values into text that keeps their types, with what it
 * captured beforehand. Whatever a program does to its objects, all that leaves is data.
 */
export const javascriptEncoder = String.raw`
(() => {
  const { stringify } = JSON, { isArray } = Array, { is, keys, getPrototypeOf } = Object;
  const text = String, plain = Object.prototype;
  return (value) => {
    let left = 200000;
    const walk = (value, depth) => {
      left -= 1;
      if (left < 0 || depth > 150) throw new RangeError('the value is too large');
      if (value === null || value === true || value === false) return text(value);
      switch (typeof value) {
        case 'undefined': return '["u"]';
        case 'number': return '["n","' + (is(value, -0) ? '-0' : text(value)) + '"]';
        case 'string': return '["s",' + stringify(value) + ']';
        case 'bigint': return '["I","' + text(value) + '"]';
        case 'object': break;
        default: return '["x","' + typeof value + '"]';
      }
      let content = '';
      if (isArray(value)) {
        for (let index = 0; index < value.length; index += 1) content += (index ? ',' : '') + walk(value[index], depth + 1);
        return '["l",[' + content + ']]';
      }
      const prototype = getPrototypeOf(value);
      if (prototype !== plain && prototype !== null) return '["x","object"]';
      const names = keys(value);
      for (let index = 0; index < names.length; index += 1) {
        content += (index ? ',' : '') + '[' + walk(names[index], depth + 1) + ',' + walk(value[names[index]], depth + 1) + ']';
      }
      return '["d",[' + content + ']]';
    };
    return walk(value, 0);
  };
})()
`;
