// One file of CommonJS tells both builds where the package lies: neither __dirname nor import.meta serves both.
exports.packageFolder = __dirname;
