// Writes the entries of a CHANGELOG as their changesets say, without commit hashes.

exports.getReleaseLine = ({ summary }) => {
  const text = summary.trim();
  return /^(- |#)/.test(text) ? `\n${text}` : `\n- ${text.replaceAll('\n', '\n  ')}`;
};

exports.getDependencyReleaseLine = () => '';
