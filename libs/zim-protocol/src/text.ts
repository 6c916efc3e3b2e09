const encoder = new TextEncoder();

/** The length of a text as ZIM counts it: bytes of its UTF-8 form. */
export function utf8ByteLength(text: string): number {
  return encoder.encode(text).length;
}

/**
 * False for half of a surrogate pair, which has no UTF-8 form: an encoder would replace it silently and
 * the callee would receive other text than was sent.
 */
export function isWellFormedText(text: string): boolean {
  return !/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/.test(text);
}
