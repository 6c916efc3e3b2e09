/** Where the package lies on this machine. */
export declare const packageFolder: string;
