#!/usr/bin/env node
import { run } from './cli.js';

void run(process.argv.slice(2), process).then((exitCode) => {
  process.exitCode = exitCode;
});
