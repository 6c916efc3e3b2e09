import { type JsonObject } from '../core/json.js';

const block = Buffer.alloc(64 * 1024, 'x');

/** The JSON of an object with one more field, as long as it takes to get that many bytes, block by block. */
export function* paddedJson(content: JsonObject, bytes: number): Generator<Buffer> {
  const head = Buffer.from(JSON.stringify({ ...content, Padding: '' }).slice(0, -2));
  const tail = Buffer.from('"}');
  yield head;
  for (let left = bytes - head.length - tail.length; left > 0; left -= block.length)
    yield block.subarray(0, left);
  yield tail;
}
