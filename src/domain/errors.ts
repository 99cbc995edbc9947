/** An order nobody knows of. */
export class OrderNotFoundError extends Error {
  override readonly name = 'OrderNotFoundError';
  readonly orderId: string;

  constructor(orderId: string) {
    super(`No order ${orderId} is known.`);
    this.orderId = orderId;
  }
}
