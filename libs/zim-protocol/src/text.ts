const encoder = new TextEncoder();

/** Returns the length of a text as ZIM counts it: the bytes of its UTF-8 form. */
export function utf8ByteLength(text: string): number {
  return encoder.encode(text).length;
}

/**
 * Returns false for a text with a lone surrogate, which has no UTF-8 form: an encoder would replace it silently, and
 * the callee would receive a different text.
 */
export function isWellFormedText(text: string): boolean {
  return !/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/.test(text);
}
