export const registrationExpectations = [];
