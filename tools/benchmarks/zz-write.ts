import { writeRandomModel } from './random-model.js';
console.log(await writeRandomModel(process.argv[2] as '1m', 'onnx'));
