// Generated from openapi/openapi.yaml by `npm run generate`; do not edit.
export interface paths {
    "/orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List recent orders
         * @description Newest first, from the memory of the replica that answers. Older orders are forgotten once its bound is reached.
         */
        get: operations["listOrders"];
        put?: never;
        /**
         * Create an order
         * @description Publishes an `orders.order.created.v1` event. The 202 leaves after the backend has acknowledged the message. A repeat,
         *     by request id or by orderId with the same body, gets the first answer with `Idempotent-Replayed: true`.
         */
        post: operations["createOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/orders/{orderId}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The order's identifier. */
                orderId: components["schemas"]["OrderId"];
            };
            cookie?: never;
        };
        /**
         * Get an order
         * @description The latest this replica knows of the order, with the history of its status. Before a 404 the replica reads the order's
         *     partition to its present end; if it cannot, the answer is 503.
         */
        get: operations["getOrder"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change an order's status
         * @description Publishes an `orders.order.status-changed.v1` event with the same key as the order, so it follows the order on its
         *     partition. An order this replica does not know is refused with 404 only where it has read all there ever was on the
         *     order's partition; elsewhere the change is accepted. Any status may follow any other. A repeat gets the first answer
         *     with `Idempotent-Replayed: true`.
         */
        patch: operations["updateOrderStatus"];
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Is the process alive?
         * @description 200 as long as the process can answer. It says nothing of the backend; see `/readyz`.
         */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Should this replica get traffic?
         * @description 503 until no check has failed in one run, and again while the process is stopping. After that 200: `ready` while every
         *     check passes, `degraded` while one warns or fails. A degraded replica keeps its traffic because its 503 answers say more than
         *     an unreachable service would.
         */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * @description Names one request in answers, logs and events.
         * @example demo-1
         */
        RequestId: string;
        /**
         * @description Whose request it is.
         * @example shop
         */
        Principal: string;
        /** @description An order to accept. Fields that are not listed are refused. Without `orderId` one is made; without `currency` it is USD. */
        NewOrder: {
            orderId?: components["schemas"]["OrderId"];
            customerId: components["schemas"]["CustomerId"];
            /** @description The lines of the order, 1 to 100. */
            items: components["schemas"]["OrderItem"][];
            totalAmount: components["schemas"]["Amount"];
            currency?: components["schemas"]["Currency"];
            tenantId: components["schemas"]["TenantId"];
            channel: components["schemas"]["Channel"];
        };
        /** @description The order's new status. */
        StatusUpdate: {
            status: components["schemas"]["OrderStatus"];
            notes?: components["schemas"]["Notes"];
        };
        /**
         * @description Where messages go. `memory` keeps them in the process and is for trying things out.
         * @enum {string}
         */
        Backend: "memory" | "kafka";
        /** @description The partition that holds the message. */
        Partition: number;
        /**
         * @description The message's offset in its partition, a whole number in decimal.
         * @example 42
         */
        Offset: string;
        /** @description Where the message about an accepted request is. */
        Tracking: {
            orderId: components["schemas"]["OrderId"];
            requestId: components["schemas"]["RequestId"];
            /**
             * Format: uuid
             * @description The event's `ce_id`.
             */
            eventId: string;
            backend: components["schemas"]["Backend"];
            /** @description The topic that holds the message. */
            topic: string;
            partition: components["schemas"]["Partition"];
            offset: components["schemas"]["Offset"];
            status: components["schemas"]["OrderStatus"];
            /**
             * Format: date-time
             * @description When the request was claimed, and the message's timestamp.
             */
            acceptedAt: string;
        };
        /** @description One entry of an order's history. */
        StatusChange: {
            /**
             * Format: uuid
             * @description The event's `ce_id`.
             */
            eventId: string;
            requestId: components["schemas"]["RequestId"];
            status: components["schemas"]["OrderStatus"];
            notes?: components["schemas"]["Notes"];
            /**
             * Format: date-time
             * @description When the change was taken on.
             */
            at: string;
            partition: components["schemas"]["Partition"];
            offset: components["schemas"]["Offset"];
        };
        /** @description An order and where it stands. */
        StoredOrder: {
            orderId: components["schemas"]["OrderId"];
            customerId: components["schemas"]["CustomerId"];
            /** @description The lines of the order, 1 to 100. */
            items: components["schemas"]["OrderItem"][];
            totalAmount: components["schemas"]["Amount"];
            currency: components["schemas"]["Currency"];
            tenantId: components["schemas"]["TenantId"];
            channel: components["schemas"]["Channel"];
            status: components["schemas"]["OrderStatus"];
            notes?: components["schemas"]["Notes"];
            /**
             * Format: date-time
             * @description When the order was taken on.
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description When its status last changed.
             */
            updatedAt: string;
            /** @description What was said of the order, oldest first. The first entry is always kept; of the rest, the latest 99. */
            history: components["schemas"]["StatusChange"][];
        };
        /** @description One page of orders, newest first. */
        OrderPage: {
            orders: components["schemas"]["StoredOrder"][];
            /** @description Pass it as `cursor` for the next page. Null on the last page. */
            nextCursor: string | null;
        };
        Health: {
            /** @enum {string} */
            status: "ok";
        };
        /** @description One check and what it saw. */
        Check: {
            /** @example publisher */
            name: string;
            /** @enum {string} */
            status: "pass" | "warn" | "fail";
            /** @description One line for a person. */
            detail: string;
        };
        Readiness: {
            /** @enum {string} */
            status: "starting" | "ready" | "degraded" | "stopping";
            checks: components["schemas"]["Check"][];
        };
        /**
         * Format: uri-reference
         * @description Which problem it is. A GET of it answers what it means and what to do.
         * @enum {string}
         */
        ProblemType: "/problems/malformed-request" | "/problems/malformed-json" | "/problems/invalid-request-id" | "/problems/unauthorized" | "/problems/forbidden" | "/problems/not-found" | "/problems/order-not-found" | "/problems/method-not-allowed" | "/problems/content-too-large" | "/problems/unsupported-media-type" | "/problems/validation-failed" | "/problems/request-id-reused" | "/problems/order-exists" | "/problems/internal-error" | "/problems/overloaded" | "/problems/not-published" | "/problems/outcome-unknown" | "/problems/view-behind";
        /** @description An error, as RFC 9457 has it. */
        Problem: {
            type: components["schemas"]["ProblemType"];
            /** @description The problem in a few words, always the same for its type. */
            title: string;
            /** @description The HTTP status. */
            status: number;
            /** @description What happened this time and what to do. */
            detail: string;
            requestId: components["schemas"]["RequestId"];
        };
        /** @description What does not fit the contract, and where. */
        ValidationProblem: {
            type: components["schemas"]["ProblemType"];
            /** @description The problem in a few words, always the same for its type. */
            title: string;
            /** @description The HTTP status. */
            status: number;
            /** @description What happened this time and what to do. */
            detail: string;
            requestId: components["schemas"]["RequestId"];
            errors: {
                /**
                 * @description JSON Pointer (RFC 6901) into the body. For other parts of the request it begins with `/query/`, `/path/` or `/header/`.
                 * @example /items/0/quantity
                 */
                pointer: string;
                /** @example must be >= 1 */
                message: string;
            }[];
        };
        /** @description A problem that may pass by itself. */
        RetryableProblem: {
            type: components["schemas"]["ProblemType"];
            /** @description The problem in a few words, always the same for its type. */
            title: string;
            /** @description The HTTP status. */
            status: number;
            /** @description What happened this time and what to do. */
            detail: string;
            requestId: components["schemas"]["RequestId"];
            /** @description Seconds to wait before the next try, as in the Retry-After header. */
            retryAfter: number;
        };
        /**
         * @description The tenant the order belongs to. An attribute to filter by, not a security boundary.
         * @example contoso
         */
        TenantId: string;
        /**
         * @description The order's identifier, and the key of every message about it. Letters, digits, `.`, `_` and `-`; the first is a letter or a digit.
         * @example ord-1001
         */
        OrderId: string;
        /**
         * @description Who ordered, as the shop knows them.
         * @example cust-42
         */
        CustomerId: string;
        /**
         * @description An amount of money in the order's currency, in major units (dollars, not cents).
         * @example 59.98
         */
        Amount: number;
        /** @description One line of an order. */
        OrderItem: {
            /**
             * @description Stock keeping unit.
             * @example sku-7
             */
            sku: string;
            /**
             * @description How many. At most 2^53 - 1, the largest whole number JSON readers agree on.
             * @example 2
             */
            quantity: number;
            unitPrice: components["schemas"]["Amount"];
            /**
             * @description What a person would call it.
             * @example Blue mug
             */
            name?: string;
        };
        /**
         * @description ISO 4217 alphabetic code of every amount in the order.
         * @example USD
         */
        Currency: string;
        /**
         * @description Where the order came from.
         * @example web
         * @enum {string}
         */
        Channel: "web" | "mobile" | "store" | "partner" | "demo";
        /** @description What a client says of an order. */
        OrderDetails: {
            orderId?: components["schemas"]["OrderId"];
            customerId: components["schemas"]["CustomerId"];
            /** @description The lines of the order, 1 to 100. */
            items: components["schemas"]["OrderItem"][];
            totalAmount: components["schemas"]["Amount"];
            currency?: components["schemas"]["Currency"];
            tenantId: components["schemas"]["TenantId"];
            channel: components["schemas"]["Channel"];
        };
        /**
         * @description Where the order stands. A new order is `accepted`; any status may follow any other.
         * @example shipped
         * @enum {string}
         */
        OrderStatus: "accepted" | "confirmed" | "processing" | "shipped" | "delivered" | "cancelled" | "failed";
        /**
         * @description Free text that goes with a status change.
         * @example Left the warehouse
         */
        Notes: string;
        /** @description A whole order, as accepted, with its identifier and its currency filled in. */
        Order: {
            orderId: components["schemas"]["OrderId"];
            customerId: components["schemas"]["CustomerId"];
            /** @description The lines of the order, 1 to 100. */
            items: components["schemas"]["OrderItem"][];
            totalAmount: components["schemas"]["Amount"];
            currency: components["schemas"]["Currency"];
            tenantId: components["schemas"]["TenantId"];
            channel: components["schemas"]["Channel"];
        };
    };
    responses: {
        /** @description Accepted, and acknowledged by the backend. */
        Accepted: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                Location: components["headers"]["Location"];
                /** @description There when the request was accepted before, and this is the answer it had then. */
                "Idempotent-Replayed"?: "true";
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Tracking"];
            };
        };
        /** @description The request is not HTTP or JSON as it should be. */
        BadRequest: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The key is missing or not known. */
        Unauthorized: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The key is known, but may not ask for this. */
        Forbidden: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description No such order is known. */
        NotFound: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The order exists, from another principal or with another body. */
        Conflict: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The body is larger than the service takes. */
        ContentTooLarge: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The body is not `application/json` in UTF-8. */
        UnsupportedMediaType: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The JSON is well formed, but not what this operation takes, or not what its request id was first used with. */
        ValidationFailed: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ValidationProblem"];
            };
        };
        /** @description A fault of the service. The `requestId` finds it in the logs. */
        InternalError: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Not accepted now. The problem `type` says whether the order was certainly not published, or whether that is not known. */
        Unavailable: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["RetryableProblem"];
            };
        };
        /** @description The order is not known here, and the topic cannot be read to its end now to see whether it exists. */
        ViewBehind: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["RetryableProblem"];
            };
        };
    };
    parameters: {
        /** @description Your name for this request, 1 to 128 visible ASCII characters. Anything else is a 400. Made if absent. */
        RequestId: components["schemas"]["RequestId"];
        /** @description Takes the place of `X-Request-Id`, also in answers, events and logs, and is not replaced by proxies on the way. Same form. */
        IdempotencyKey: components["schemas"]["RequestId"];
        /**
         * @description Makes the request that principal's, as if its own key had been sent: event ids, repeats and the event's `principal` are
         *     its. With the operators' key only; with any other it is a 403.
         */
        OnBehalfOf: components["schemas"]["Principal"];
    };
    requestBodies: never;
    headers: {
        /** @description The request's name, yours or made. */
        XRequestId: components["schemas"]["RequestId"];
        /** @description Seconds to wait before the next try. */
        RetryAfter: number;
        /** @description Where the order can be read. */
        Location: string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listOrders: {
        parameters: {
            query?: {
                /** @description How many orders at most. */
                limit?: number;
                /** @description Only orders of this tenant. */
                tenantId?: components["schemas"]["TenantId"];
                /** @description The `nextCursor` of the page before. It stays valid when orders are added or forgotten. */
                cursor?: string;
            };
            header?: {
                /** @description Your name for this request, 1 to 128 visible ASCII characters. Anything else is a 400. Made if absent. */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description Makes the request that principal's, as if its own key had been sent: event ids, repeats and the event's `principal` are
                 *     its. With the operators' key only; with any other it is a 403.
                 */
                "X-On-Behalf-Of"?: components["parameters"]["OnBehalfOf"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of orders. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderPage"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
        };
    };
    createOrder: {
        parameters: {
            query?: never;
            header?: {
                /** @description Your name for this request, 1 to 128 visible ASCII characters. Anything else is a 400. Made if absent. */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description Makes the request that principal's, as if its own key had been sent: event ids, repeats and the event's `principal` are
                 *     its. With the operators' key only; with any other it is a 403.
                 */
                "X-On-Behalf-Of"?: components["parameters"]["OnBehalfOf"];
                /** @description Takes the place of `X-Request-Id`, also in answers, events and logs, and is not replaced by proxies on the way. Same form. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewOrder"];
            };
        };
        responses: {
            202: components["responses"]["Accepted"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getOrder: {
        parameters: {
            query?: never;
            header?: {
                /** @description Your name for this request, 1 to 128 visible ASCII characters. Anything else is a 400. Made if absent. */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description Makes the request that principal's, as if its own key had been sent: event ids, repeats and the event's `principal` are
                 *     its. With the operators' key only; with any other it is a 403.
                 */
                "X-On-Behalf-Of"?: components["parameters"]["OnBehalfOf"];
            };
            path: {
                /** @description The order's identifier. */
                orderId: components["schemas"]["OrderId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The order. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoredOrder"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ViewBehind"];
        };
    };
    updateOrderStatus: {
        parameters: {
            query?: never;
            header?: {
                /** @description Your name for this request, 1 to 128 visible ASCII characters. Anything else is a 400. Made if absent. */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description Makes the request that principal's, as if its own key had been sent: event ids, repeats and the event's `principal` are
                 *     its. With the operators' key only; with any other it is a 403.
                 */
                "X-On-Behalf-Of"?: components["parameters"]["OnBehalfOf"];
                /** @description Takes the place of `X-Request-Id`, also in answers, events and logs, and is not replaced by proxies on the way. Same form. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description The order's identifier. */
                orderId: components["schemas"]["OrderId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StatusUpdate"];
            };
        };
        responses: {
            202: components["responses"]["Accepted"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: {
                /** @description Your name for this request, 1 to 128 visible ASCII characters. Anything else is a 400. Made if absent. */
                "X-Request-Id"?: components["parameters"]["RequestId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Alive. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            400: components["responses"]["BadRequest"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: {
                /** @description Your name for this request, 1 to 128 visible ASCII characters. Anything else is a 400. Made if absent. */
                "X-Request-Id"?: components["parameters"]["RequestId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Send traffic here. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            400: components["responses"]["BadRequest"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
            /** @description Do not send traffic here yet, or any more. */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
        };
    };
}
