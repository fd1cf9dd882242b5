"""The rehearsal: in a throwaway installation with all real parts, people are heard, answered and told, step by step."""
