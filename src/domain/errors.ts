/** An order nobody knows of. */
export class OrderNotFoundError extends Error {
  override readonly name = 'OrderNotFoundError';
  readonly orderId: string;

  constructor(orderId: string) {
    super(`No order ${orderId} is known.`);
    this.orderId = orderId;
  }
}

/** Whether there is such an order is not known: the topic could not be read to its end. */
export class ViewBehindError extends Error {
  override readonly name = 'ViewBehindError';

  constructor(orderId: string, options: ErrorOptions) {
    super(
      `The order ${orderId} is not known here, and the topic cannot be read to its end now to see whether it exists.`,
      options,
    );
  }
}
