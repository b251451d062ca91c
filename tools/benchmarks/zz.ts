import { Random } from '@rsim/core';
import { loadEmbeddedModel } from '@rsim/follower-adapters';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import { lossAndGradients } from '../../packages/lm/src/training/decoder-network.js';
import { makeBatch } from '../../packages/lm/src/training/document-batch.js';
await tf.setBackend('wasm');
const model = await loadEmbeddedModel('small');
const random = Random.of(1);
for (const docs of [4,8,16,32]) {
 const documents = Array.from({length: docs},()=>{const t=Array.from({length:110},()=>random.integer(12,280)); return {tokens:t,weights:t.map(()=>1)}});
 const batch = makeBatch(documents,384);
 for (let i=0;i<3;i++){ const t=performance.now(); await lossAndGradients(model.config,model.weights,batch); if(i==2)console.log(docs, Math.round(docs*110/(performance.now()-t)*1000),'tokens/s');}
 if (docs===8){
 const p = await tf.profile(()=>lossAndGradients(model.config,model.weights,batch) as any);
 const by = new Map<string,[number,number]>();
 for (const k of p.kernels){const e=by.get(k.name)??[0,0]; e[0]+=k.kernelTimeMs as number; e[1]++; by.set(k.name,e);}
 console.log([...by].sort((a,b)=>b[1][0]-a[1][0]).slice(0,15).map(([n,[t,c]])=>`${n} ${t.toFixed(1)}ms x${c}`).join('\n'));
 const mm = p.kernels.filter(k=>k.name==='BatchMatMul');
 const g = new Map<string,[number,number]>();
 for (const k of mm){const key=k.inputShapes.map(s=>'['+s+']').join('x'); const e=g.get(key)??[0,0]; e[0]+=k.kernelTimeMs as number;e[1]++; g.set(key,e);}
 console.log([...g].sort((a,b)=>b[1][0]-a[1][0]).map(([n,[t,c]])=>`${n} ${t.toFixed(1)}ms x${c}`).join('\n'));
 }
}
