import { zimLimits } from 'zim-protocol';
import { failedSchema, object, type Schema, text, userId } from '../calls/calls.openapi.js';

export const registerSchema: Schema = {
  type: 'object',
  required: ['users'],
  additionalProperties: false,
  properties: {
    users: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['userId'],
        additionalProperties: false,
        properties: {
          userId,
          userName: { type: 'string', description: `At most ${zimLimits.userNameBytes} bytes` },
          userAvatar: { type: 'string', description: `At most ${zimLimits.userAvatarBytes} bytes` },
        },
      },
    },
  },
};

export const registerResultSchema: Schema = object({
  registered: { type: 'array', items: text },
  failed: failedSchema,
});

export const onlineSchema: Schema = object({
  users: { type: 'array', items: object({ userId, online: { type: 'boolean' } }) },
  failed: failedSchema,
});
