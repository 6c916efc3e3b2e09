// Writes the entries of a CHANGELOG as their changesets say, without commit hashes.
module.exports = {
  async getReleaseLine({ summary }) {
    const text = summary.trim();
    return /^(- |#)/.test(text) ? `\n${text}` : `\n- ${text.replaceAll('\n', '\n  ')}`;
  },
  async getDependencyReleaseLine() {
    return '';
  },
};
