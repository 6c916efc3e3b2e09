// `node --import` this, and modules of this repository are taken as they stand, without a build.
import { register } from 'node:module';

register('./typescript-hooks.mjs', import.meta.url);
