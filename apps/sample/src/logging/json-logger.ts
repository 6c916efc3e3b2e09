import { ConsoleLogger, type LogLevel } from '@nestjs/common';
import { currentRequestId } from './request-context.js';

type JsonOptions = Parameters<ConsoleLogger['getJsonLogObject']>[1];

/** Where Nest tells of each module and route, at every start alike. */
const routine = new Set<unknown>(['InstanceLoader', 'RoutesResolver', 'RouterExplorer']);

/** One JSON object a line, with the id of the request it belongs to. */
export class JsonLogger extends ConsoleLogger {
  constructor(logLevels: LogLevel[]) {
    super({ json: true, colors: false, compact: true, flattenParams: true, logLevels });
  }

  override log(message: unknown, ...rest: unknown[]): void {
    if (!routine.has(rest.at(-1))) super.log(message, ...rest);
  }

  protected override getJsonLogObject(message: unknown, options: JsonOptions) {
    const entry = super.getJsonLogObject(message, options);
    const requestId = currentRequestId();
    return requestId === undefined ? entry : { ...entry, reqId: requestId };
  }
}
