// The room of JSON.
