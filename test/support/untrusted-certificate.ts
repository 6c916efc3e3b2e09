import { createPrivateKey, X509Certificate } from 'node:crypto';

// Made for these tests: no client trusts it.
const key = [
  'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgqT+ja7hhpeApXtXv',
  'RS+gRylXgUu5nzbY/yP0zOIRcJihRANCAAQCul9/ns03UY/wxKsdk72exiukUwYi',
  'ExumpW8xOCje0iBLnTF/CHt2bGF1VyNCWiZInRCqqDLo6BhqaA9uMRIZ',
];
const certificate = [
  'MIIBfzCCASWgAwIBAgIUT646conTCmi1SHQyNZzC/o3ckpswCgYIKoZIzj0EAwIw',
  'FDESMBAGA1UEAwwJMTI3LjAuMC4xMCAXDTI2MTEyMzA1NDkxNFoYDzIxMjYxMDMw',
  'MDU0OTE0WjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwWTATBgcqhkjOPQIBBggqhkjO',
  'PQMBBwNCAAQCul9/ns03UY/wxKsdk72exiukUwYiExumpW8xOCje0iBLnTF/CHt2',
  'bGF1VyNCWiZInRCqqDLo6BhqaA9uMRIZo1MwUTAdBgNVHQ4EFgQUzaWyHdWTrLuH',
  'ysBVRCndyCdGwTkwHwYDVR0jBBgwFoAUzaWyHdWTrLuHysBVRCndyCdGwTkwDwYD',
  'VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiEA94bE7GsndrGEInr0ieCB',
  'ncKikOIfCiWbLL6Z7t9Kuv0CIBuxcAdMOpk3MkzrxcrN0ITKBiMQn56jYB97Svpr',
  'jIg/',
];

/** Returns a self-signed certificate and its key. */
export function untrustedCertificate(): { readonly cert: string; readonly key: string | Buffer } {
  const privateKey = createPrivateKey({
    key: Buffer.from(key.join(''), 'base64'),
    format: 'der',
    type: 'pkcs8',
  });
  return {
    cert: new X509Certificate(Buffer.from(certificate.join(''), 'base64')).toString(),
    key: privateKey.export({ format: 'pem', type: 'pkcs8' }),
  };
}
