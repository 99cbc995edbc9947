/** What someone sees on their terminal after the start: where it is, and how to send a first order. */
export function firstSteps({ url, developmentKey }: { url: string; developmentKey: string | undefined }): string {
  const key = developmentKey ?? '<your key>';
  const note = developmentKey === undefined ? '' : `  No API_KEY is set, so the key is ${developmentKey}.\n`;
  return `
  Orders API: ${url}
${note}
  A first order:
  curl -i ${url}/orders -H 'X-API-Key: ${key}' -H 'Content-Type: application/json' -d '{
    "customerId": "cust-42", "tenantId": "contoso", "channel": "demo", "totalAmount": 59.98,
    "items": [{ "sku": "sku-7", "quantity": 2, "unitPrice": 29.99 }] }'

`;
}
