/** Where the documentation is read. */
export const DOCS = 'https://github.com/plinth-app/plinth/blob/main/docs';
/** How an exception is asked for, granted and written down. */
export const EXCEPTIONS_PAGE = `${DOCS}/guide/exceptions.md`;
/** Every command of a comment; made from their descriptions. */
export const COMMANDS_PAGE = `${DOCS}/guide/commands.md`;
