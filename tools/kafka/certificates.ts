/** Certificates made for one run: a CA, the brokers' certificate, one client's, and a CA that signed none of them. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generate, type GenerateResult } from 'selfsigned';

/** PEM files, all readable by the owner only. The CA's own key is never written. */
export interface CertificateFiles {
  readonly caFile: string;
  /** Private key (PKCS#8) and certificate in one file, the form Kafka's PEM key store wants (KIP-651). */
  readonly brokerFile: string;
  readonly certFile: string;
  readonly keyFile: string;
  /** A valid CA certificate that did not sign the brokers'. */
  readonly otherCaFile: string;
}

type Extensions = NonNullable<NonNullable<Parameters<typeof generate>[1]>['extensions']>;

// An hour early: a fresh certificate must not fail in a container or VM whose clock is a little behind.
const validity = () => ({ notBeforeDate: new Date(Date.now() - 3_600_000) });
const keys = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' } as const;
const name = (commonName: string) => [{ name: 'commonName', value: commonName }];

const authority = (commonName: string): Promise<GenerateResult> =>
  generate(name(commonName), {
    ...keys,
    ...validity(),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });

const signedBy = (ca: GenerateResult, commonName: string, purpose: Extensions): Promise<GenerateResult> =>
  generate(name(commonName), {
    ...keys,
    ...validity(),
    ca: { key: ca.private, cert: ca.cert },
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      ...purpose,
    ],
  });

/** Makes everything anew and writes it to `folder`. */
export async function writeCertificates(folder: string): Promise<CertificateFiles> {
  const [ca, otherCa] = await Promise.all([authority('Orders test CA'), authority('Orders other test CA')]);
  const [broker, client] = await Promise.all([
    signedBy(ca, 'localhost', [
      { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ]),
    signedBy(ca, 'orders-client', [{ name: 'extKeyUsage', clientAuth: true }]),
  ]);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const write = async (file: string, content: string) => {
    await writeFile(join(folder, file), content, { mode: 0o600 });
    return join(folder, file);
  };
  return {
    caFile: await write('ca.pem', ca.cert),
    brokerFile: await write('broker.pem', broker.private + broker.cert),
    certFile: await write('client.pem', client.cert),
    keyFile: await write('client.key', client.private),
    otherCaFile: await write('other-ca.pem', otherCa.cert),
  };
}
