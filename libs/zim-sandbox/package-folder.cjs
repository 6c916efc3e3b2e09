// Gives both builds the folder of the package: neither __dirname nor import.meta exists in both.
// The build puts a copy into dist, which is as far from the built modules as this is from their sources.
const { basename, dirname } = require('node:path');

exports.packageFolder = basename(__dirname) === 'dist' ? dirname(__dirname) : __dirname;
